import { useController, useWatch } from 'react-hook-form'
import { CheckboxField } from '#renderer/ui/checkbox-field.tsx'
import { NumberField } from '#renderer/ui/form.tsx'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

/** What the fields of a throttle begin with. */
const firstThrottle = { count: 10, seconds: 1 }

const ThrottleField = ({ control }: { control: WebhookFormControl }) => {
  const { field } = useController({ control, name: 'throttle' })
  return (
    <div className="space-y-3">
      <CheckboxField
        label="Limit the rate"
        description="Requests are spread evenly. What is above the limit waits for its turn; it uses up no attempts."
        checked={field.value !== null}
        onCheckedChange={(limited) => field.onChange(limited ? firstThrottle : null)}
      />
      {field.value !== null && (
        <div className="ml-6 grid gap-4 sm:grid-cols-2">
          <NumberField control={control} name="throttle.count" label="Requests" min={1} max={10_000} />
          <NumberField
            control={control}
            name="throttle.seconds"
            label="In so many seconds"
            min={1}
            max={3_600}
          />
        </div>
      )}
    </div>
  )
}

const OrderedField = ({ control }: { control: WebhookFormControl }) => {
  const { field } = useController({ control, name: 'ordered' })
  return (
    <CheckboxField
      label="Ordered delivery (FIFO)"
      description={
        <>
          One delivery at a time, in the order in which the events were accepted. A delivery that fails keeps
          those behind it waiting until it is delivered, has used up its schedule, or somebody skips it. A
          short schedule keeps that time short.
        </>
      }
      checked={field.value}
      onCheckedChange={field.onChange}
    />
  )
}

/** How fast a webhook sends, and in which order. */
export const SendingSettings = ({ control }: { control: WebhookFormControl }) => {
  const ordered = useWatch({ control, name: 'ordered' })
  return (
    <SettingsSection id="sending" description="How long, how many at once, how fast and in which order.">
      <div className="space-y-5">
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            control={control}
            name="timeoutSeconds"
            label="Timeout in seconds"
            hint="How long the receiver may take to answer: 1 to 30."
            min={1}
            max={30}
            step="any"
          />
          <NumberField
            control={control}
            name="concurrency"
            label="Concurrent requests"
            hint={
              ordered
                ? 'Ordered delivery sends one at a time; this counts again when it is off.'
                : 'How many deliveries may be under way at once: 1 to 64.'
            }
            min={1}
            max={64}
          />
        </div>
        <ThrottleField control={control} />
        <OrderedField control={control} />
      </div>
    </SettingsSection>
  )
}
