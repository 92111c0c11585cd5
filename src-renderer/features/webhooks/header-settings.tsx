import { Plus, X } from 'lucide-react'
import { useFieldArray, useFormState } from 'react-hook-form'
import { Button } from '#renderer/ui/button.tsx'
import { FieldError } from '#renderer/ui/field.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { RowTextField } from '#renderer/ui/row-field.tsx'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

const headersMax = 20

/** Headers that go along with every request. */
export const HeaderSettings = ({ control }: { control: WebhookFormControl }) => {
  const { fields, append, remove } = useFieldArray({ control, name: 'headers' })
  const { errors } = useFormState({ control, name: 'headers' })
  return (
    <SettingsSection
      id="headers"
      description="Go along with every request, for receivers that route or count by them. Anybody who may see the webhook can read them: they are no place for secrets."
    >
      <div className="space-y-2">
        {fields.length > 0 && (
          <ul aria-label="Headers" className="space-y-1.5">
            {fields.map((row, index) => (
              <li key={row.id} className="flex items-start gap-1.5">
                <RowTextField
                  control={control}
                  name={`headers.${index}.name`}
                  label={`Name of header ${index + 1}`}
                  placeholder="X-Environment"
                  className="min-w-0 flex-1 basis-2/5"
                />
                <RowTextField
                  control={control}
                  name={`headers.${index}.value`}
                  label={`Value of header ${index + 1}`}
                  placeholder="production"
                  className="min-w-0 flex-1 basis-3/5"
                />
                <IconButton icon={X} label={`Remove header ${index + 1}`} onClick={() => remove(index)} />
              </li>
            ))}
          </ul>
        )}
        <FieldError id="headers" error={errors.headers?.message ?? errors.headers?.root?.message} />
        <Button
          size="sm"
          disabled={fields.length >= headersMax}
          onClick={() => append({ name: '', value: '' })}
        >
          <Plus aria-hidden />
          Add a header
        </Button>
      </div>
    </SettingsSection>
  )
}
