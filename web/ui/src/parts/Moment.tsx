import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  value: string;
  complaint: string | undefined;
  onChange: (value: string) => void;
}

/** A date and a time, as the clock on the wall has it. */
export function Moment({ label, value, complaint, onChange }: Props) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value}
      error={complaint}
      description="In your local time."
      size="sm"
      inputWrapperOrder={["label", "input", "error", "description"]}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
