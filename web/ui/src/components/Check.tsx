import { useId } from "react";

interface Props {
  label: string;
  checked: boolean;
  hint: string;
  complaint: string | undefined;
  onChange: (checked: boolean) => void;
}

/** Yes or no. */
export function Check({ label, checked, hint, complaint, onChange }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={checked}
          aria-invalid={complaint !== undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => {
            onChange(event.target.checked);
          }}
        />
        {label}
      </label>
      <p id={`${id}-note`} className={complaint === undefined ? "quiet" : "complaint"}>
        {complaint ?? hint}
      </p>
    </div>
  );
}
