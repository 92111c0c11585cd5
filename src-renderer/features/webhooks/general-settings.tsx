import { TextField } from '#renderer/ui/form.tsx'
import { EventsField } from './events-field.tsx'
import { SettingsSection } from './settings-section.tsx'
import { UrlField } from './url-field.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

/** Where a webhook sends, and what. */
export const GeneralSettings = ({ control }: { control: WebhookFormControl }) => (
  <SettingsSection id="general">
    <div className="space-y-4">
      <TextField control={control} name="name" label="Name" />
      <UrlField control={control} name="url" label="URL" />
      <EventsField control={control} name="events" />
    </div>
  </SettingsSection>
)
