import { useId } from "react";

interface Props {
  label: string;
  value: string;
  complaint: string | undefined;
  onChange: (value: string) => void;
}

/** A date and a time, as the clock on the wall has it. */
export function Moment({ label, value, complaint, onChange }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        value={value}
        aria-invalid={complaint !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}-note`} className={complaint === undefined ? "quiet" : "complaint"}>
        {complaint ?? "In your local time."}
      </p>
    </div>
  );
}
