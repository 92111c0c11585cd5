import type { Control, FieldPathByValue, FieldValues } from 'react-hook-form'
import { NumberField, TextField } from '#renderer/ui/form.tsx'

/** The controls for when, from where and how often a key may be used. */
export const BoundsFields = <I extends FieldValues, O>({
  control,
  names,
}: {
  control: Control<I, unknown, O>
  names: {
    notBefore: FieldPathByValue<I, string | undefined>
    allowedAddresses: FieldPathByValue<I, string | undefined>
    rateLimitPerMinute: FieldPathByValue<I, number | null | undefined>
  }
}) => (
  <>
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <TextField
        control={control}
        name={names.notBefore}
        label="Not before"
        optional
        type="datetime-local"
        hint="Refused until then, in your time zone."
      />
      <NumberField
        control={control}
        name={names.rateLimitPerMinute}
        label="Calls per minute"
        optional
        min={1}
        step={1}
        hint="Empty: no limit of its own."
      />
    </div>
    <TextField
      control={control}
      name={names.allowedAddresses}
      label="Allowed addresses"
      optional
      rows={3}
      mono
      placeholder={'192.168.1.0/24\n2001:db8::/32'}
      hint="Addresses or CIDR ranges, one in each line. Empty: from everywhere."
    />
  </>
)
