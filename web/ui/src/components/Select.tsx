import { useId } from "react";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly T[];
  /** How the options are read; as they are, if nothing is said. */
  names?: Record<T, string>;
  complaint?: string | undefined;
  onChange: (value: T) => void;
}

/** One of a few. */
export function Select<T extends string>(props: Props<T>) {
  const { label, value, options, names, complaint, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-invalid={complaint !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          onChange(event.target.value as T);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {names?.[option] ?? option}
          </option>
        ))}
      </select>
      <p id={`${id}-note`} className="complaint" hidden={complaint === undefined}>
        {complaint}
      </p>
    </div>
  );
}
