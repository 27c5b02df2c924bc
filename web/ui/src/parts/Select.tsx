import { NativeSelect } from "@mantine/core";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly T[];
  /** How the options are read; as they are, if nothing is said. */
  names?: Partial<Record<T, string>>;
  hint?: string;
  complaint?: string | undefined;
  onChange: (value: T) => void;
}

/** One of a few: the browser's own, which every keyboard, phone and screen reader knows. */
export function Select<T extends string>(props: Props<T>) {
  const { label, value, options, names, hint, complaint, onChange } = props;
  return (
    <NativeSelect
      label={label}
      value={value}
      size="sm"
      description={hint}
      error={complaint}
      inputWrapperOrder={["label", "input", "error", "description"]}
      data={options.map((option) => ({ value: option, label: names?.[option] ?? option }))}
      onChange={(event) => {
        onChange(event.currentTarget.value as T);
      }}
    />
  );
}
