import { useWatch } from 'react-hook-form'
import { ConditionField, ShapeField } from './filter-fields.tsx'
import type { PreviewSource } from './preview-source.ts'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

interface SettingsProps {
  control: WebhookFormControl
  source: PreviewSource
}

export const FilterSettings = (props: SettingsProps) => (
  <SettingsSection
    id="filter"
    description="Only chosen events whose body is like this are sent. The others make no delivery. Tests are sent whatever the filter says."
  >
    <ConditionField
      {...props}
      name="condition"
      events={useWatch({ control: props.control, name: 'events' })}
    />
  </SettingsSection>
)

export const BodySettings = (props: SettingsProps) => {
  const [events, headers] = useWatch({ control: props.control, name: ['events', 'headers'] })
  return (
    <SettingsSection
      id="body"
      description="Steps change the body in their order, before it is signed. Without any it is sent as it is."
    >
      <ShapeField {...props} name="shape" events={events} headers={headers} />
    </SettingsSection>
  )
}
