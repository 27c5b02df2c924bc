import { useId } from "react";

interface Props {
  label: string;
  value: string;
  hint: string;
  complaint: string | undefined;
  onChange: (value: string) => void;
}

/** A decimal to type in. It stays text: a number field would make it a float. */
export function Field({ label, value, hint, complaint, onChange }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={value}
        aria-invalid={complaint !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}-note`} className={complaint === undefined ? "quiet" : "complaint"}>
        {complaint ?? hint}
      </p>
    </div>
  );
}
