import { useController, useWatch } from 'react-hook-form'
import { useScope } from '#renderer/app/scope.ts'
import { FieldError } from '#renderer/ui/field.tsx'
import { ConditionEditor } from './condition-editor.tsx'
import { SettingsSection } from './settings-section.tsx'
import { ShapeEditor } from './shape-editor.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

interface Place {
  control: WebhookFormControl
  /** Of the webhook. */
  occasionId: string | null
}

/** The first message in the errors of a value, however deep. */
const firstMessage = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return Object.values(error)
    .map(firstMessage)
    .find((message) => message !== undefined)
}

/** Which of the chosen events the webhook gets. */
export const FilterSettings = ({ control, occasionId }: Place) => {
  const { organizationId } = useScope().inOrganization
  const { field, fieldState } = useController({ control, name: 'condition' })
  const events = useWatch({ control, name: 'events' })
  return (
    <SettingsSection
      id="filter"
      description="Only chosen events whose body is like this are sent. The others make no delivery. Tests are sent whatever the filter says."
    >
      <ConditionEditor
        value={field.value}
        onChange={field.onChange}
        organizationId={organizationId}
        occasionId={occasionId}
        events={events}
      />
      <FieldError id="filter" error={firstMessage(fieldState.error)} />
    </SettingsSection>
  )
}

/** What becomes of the body before it is signed and sent. */
export const BodySettings = ({ control, occasionId }: Place) => {
  const { organizationId } = useScope().inOrganization
  const { field, fieldState } = useController({ control, name: 'shape' })
  const [events, headers] = useWatch({ control, name: ['events', 'headers'] })
  return (
    <SettingsSection
      id="body"
      description="Steps change the body in their order, before it is signed. Without any it is sent as it is."
    >
      <ShapeEditor
        value={field.value}
        onChange={field.onChange}
        headers={headers}
        organizationId={organizationId}
        occasionId={occasionId}
        events={events}
      />
      <FieldError id="body" error={firstMessage(fieldState.error)} />
    </SettingsSection>
  )
}
