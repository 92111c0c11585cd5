import { useFormState, useWatch } from 'react-hook-form'
import { TextField } from '#renderer/ui/form.tsx'
import { EventsField } from './events-field.tsx'
import { SettingsSection } from './settings-section.tsx'
import { UrlVerdict } from './url-verdict.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

/** Where a webhook sends, and what. */
export const GeneralSettings = ({ control }: { control: WebhookFormControl }) => {
  const { errors } = useFormState({ control, name: 'url' })
  return (
    <SettingsSection id="general">
      <div className="space-y-4">
        <TextField control={control} name="name" label="Name" />
        <div className="space-y-1.5">
          <TextField control={control} name="url" label="URL" type="url" mono />
          <UrlVerdict url={useWatch({ control, name: 'url' })} refused={errors.url !== undefined} />
        </div>
        <EventsField control={control} name="events" />
      </div>
    </SettingsSection>
  )
}
