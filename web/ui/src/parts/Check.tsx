import { Checkbox } from "@mantine/core";

interface Props {
  label: string;
  checked: boolean;
  hint?: string;
  complaint?: string | undefined;
  onChange: (checked: boolean) => void;
}

/** Yes or no. */
export function Check({ label, checked, hint, complaint, onChange }: Props) {
  return (
    <Checkbox
      label={label}
      checked={checked}
      description={hint}
      error={complaint}
      aria-invalid={complaint !== undefined}
      size="sm"
      onChange={(event) => {
        onChange(event.currentTarget.checked);
      }}
    />
  );
}
