import { clsx } from 'clsx'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useController, useFieldArray, useFormState, useWatch } from 'react-hook-form'
import { standardScheduleMs } from '#contract/schedule.ts'
import { attemptsMax } from '#contract/webhooks.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FieldError } from '#renderer/ui/field.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { RowNumberField } from '#renderer/ui/row-field.tsx'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { Select } from '#renderer/ui/select.tsx'
import { usePresent } from '#renderer/ui/time.tsx'
import { AttemptTimes } from './attempt-times.tsx'
import { delayRowSchema, delayUnits, rowsOfSchedule, scheduleOfRows } from './delay-rows.ts'
import { previewOf, spanText } from './schedule-preview.ts'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'

const unitLabels = { s: 'seconds', min: 'minutes', h: 'hours' } as const
const unitOptions = delayUnits.map((value) => ({ value, label: unitLabels[value] }))
const kinds = [
  { value: 'standard', label: 'Standard' },
  { value: 'own', label: 'Own' },
] as const
const standardRows = rowsOfSchedule(standardScheduleMs)
const firstDelay = { amount: 5, unit: 'min' } as const

const UnitField = ({ control, index }: { control: WebhookFormControl; index: number }) => {
  const { field } = useController({ control, name: `delays.${index}.unit` })
  return (
    <Select
      {...field}
      aria-label={`Unit of the delay before attempt ${index + 2}`}
      className="w-28"
      options={unitOptions}
      onValueChange={field.onChange}
    />
  )
}

const Delays = ({ control }: { control: WebhookFormControl }) => {
  const { fields, append, remove, move } = useFieldArray({ control, name: 'delays' })
  const { errors } = useFormState({ control, name: 'delays' })
  const last = fields.at(-1)
  return (
    <div className="space-y-2">
      <ol aria-label="Delays" className="space-y-1.5">
        <li className="flex h-8 items-center gap-3">
          <span className="w-20 shrink-0 text-muted">Attempt 1</span>at once
        </li>
        {fields.map((row, index) => {
          const name = `attempt ${index + 2}`
          return (
            <li key={row.id} className="flex flex-wrap items-start gap-x-1.5 gap-y-1">
              <span className="mr-1.5 w-20 shrink-0 leading-8 text-muted">Attempt {index + 2}</span>
              <span className="leading-8">after</span>
              <RowNumberField
                control={control}
                name={`delays.${index}.amount`}
                label={`Delay before ${name}`}
                className="w-24 [&>p]:whitespace-nowrap"
                min={0}
              />
              <UnitField control={control} index={index} />
              <span className="flex">
                <IconButton
                  icon={ArrowUp}
                  label={`Move the delay before ${name} up`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  icon={ArrowDown}
                  label={`Move the delay before ${name} down`}
                  disabled={index === fields.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <IconButton icon={X} label={`Remove ${name}`} onClick={() => remove(index)} />
              </span>
            </li>
          )
        })}
      </ol>
      <FieldError id="delays" error={errors.delays?.message ?? errors.delays?.root?.message} />
      <Button
        size="sm"
        disabled={fields.length >= attemptsMax - 1}
        onClick={() => append(last ? { amount: last.amount, unit: last.unit } : firstDelay)}
      >
        <Plus aria-hidden />
        Add an attempt
      </Button>
    </div>
  )
}

const Preview = ({ control }: { control: WebhookFormControl }) => {
  const now = usePresent()
  const [own, delays] = useWatch({ control, name: ['ownSchedule', 'delays'] })
  const rows = delayRowSchema.array().safeParse(delays)
  const windows = own && rows.success ? previewOf(scheduleOfRows(rows.data), now) : previewOf(null, now)
  return (
    <section aria-label="Preview" className="min-w-0 rounded-md bg-sunken px-3 py-2.5">
      <h3 className="mb-1 font-medium">If an event came now and every attempt failed</h3>
      {own && !rows.success ? (
        <p className="text-muted">The times appear once every delay can be used.</p>
      ) : (
        <>
          <AttemptTimes label="Times of the attempts" windows={windows} now={now} />
          <p className="mt-2 text-xs text-pretty text-muted">
            {windows.length === 1
              ? 'One attempt; a failure is final.'
              : `${formatNumberOf(windows.length, 'attempt')} over ${spanText(windows, now)}.`}{' '}
            {windows.length > 1 &&
              'Jitter puts each off by up to 10 % of its delay, at most 15 minutes. A Retry-After of the receiver may ask for more.'}
          </p>
        </>
      )}
    </section>
  )
}

/** When a delivery that failed is tried again. */
export const ScheduleSettings = ({ control }: { control: WebhookFormControl }) => {
  const { field } = useController({ control, name: 'ownSchedule' })
  const { replace } = useFieldArray({ control, name: 'delays' })
  return (
    <SettingsSection
      id="schedule"
      description="When a delivery that failed is tried again."
      actions={
        <SegmentedControl
          label="Schedule"
          options={kinds}
          value={field.value ? 'own' : 'standard'}
          onValueChange={(kind) => {
            if (kind === 'standard') replace(standardRows)
            field.onChange(kind === 'own')
          }}
        />
      }
    >
      <div
        className={clsx(
          'grid items-start gap-4',
          field.value ? '@3xl:grid-cols-[auto_minmax(0,1fr)]' : '@3xl:grid-cols-2',
        )}
      >
        {field.value ? (
          <Delays control={control} />
        ) : (
          <p className="text-pretty text-muted">
            Ten attempts over a good three days: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h,
            20 h and 24 h. An own schedule begins with these.
          </p>
        )}
        <Preview control={control} />
      </div>
    </SettingsSection>
  )
}
