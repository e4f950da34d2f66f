import { Input, Label, TextField } from 'react-aria-components';
import { MOST_COUNTED } from './parse-count.ts';

interface CountFieldProps {
  readonly testId: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly first?: boolean;
}

/** A whole number that somebody counted by hand. */
export function CountField({ testId, label, value, onChange, first = false }: CountFieldProps) {
  return (
    <TextField
      className="field field-count"
      value={value}
      onChange={(text) => onChange(text.replace(/\D/g, ''))}
      autoFocus={first}
    >
      <Label>{label}</Label>
      <Input
        data-testid={testId}
        inputMode="numeric"
        autoComplete="off"
        maxLength={String(MOST_COUNTED).length}
      />
    </TextField>
  );
}
