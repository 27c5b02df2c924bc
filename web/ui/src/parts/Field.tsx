import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  label: string;
  value: string;
  hint: string;
  complaint: string | undefined;
  /** What is beside the text, such as a currency. */
  unit?: ReactNode;
  onChange: (value: string) => void;
}

/** A decimal to type in. It stays text: a number field would make it a float. */
export function Field({ label, value, hint, complaint, unit, onChange }: Props) {
  return (
    <TextInput
      label={label}
      value={value}
      description={hint}
      error={complaint}
      errorProps={{ role: "none" }}
      inputMode="decimal"
      autoComplete="off"
      size="sm"
      inputWrapperOrder={["label", "input", "error", "description"]}
      classNames={{ input: "tabular" }}
      rightSection={unit === undefined ? undefined : <span className="quiet small">{unit}</span>}
      rightSectionWidth="3.5rem"
      rightSectionPointerEvents="none"
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
