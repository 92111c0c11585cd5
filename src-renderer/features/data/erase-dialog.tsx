import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { z } from 'zod'
import {
  type ErasureCriterion,
  type ErasureKind,
  type ErasurePlan,
  erasureCriterionSchema,
} from '#contract/erasures.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { formatLocal, formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { toast } from '#renderer/ui/toast.tsx'

type Sum = Omit<ErasurePlan, 'nextCursor'>
interface Planned {
  readonly criterion: ErasureCriterion
  readonly sum: Sum
}

const kinds: readonly { value: ErasureKind; label: string }[] = [
  { value: 'field', label: 'Value of a field' },
  { value: 'anywhere', label: 'Value anywhere' },
  { value: 'event', label: 'One event' },
]

const fieldsSchema = z.object({ path: z.string(), value: z.string(), eventId: z.string() })

const toCriterion = (kind: ErasureKind, fields: z.infer<typeof fieldsSchema>): unknown => {
  if (kind === 'event') return { kind, eventId: fields.eventId.trim() }
  return kind === 'field' ? { kind, path: fields.path, value: fields.value } : { kind, value: fields.value }
}

const add = (sum: Sum | null, part: Sum): Sum =>
  sum === null
    ? part
    : {
        looked: sum.looked + part.looked,
        events: sum.events + part.events,
        deliveries: sum.deliveries + part.deliveries,
        open: sum.open + part.open,
        firstAt: sum.firstAt ?? part.firstAt,
        lastAt: part.lastAt ?? sum.lastAt,
      }

/** The first step: what to look for. It counts before anything is changed. */
const CriterionForm = ({ onPlanned }: { onPlanned: (planned: Planned) => void }) => {
  const { inOrganization } = useScope()
  const [kind, setKind] = useState<ErasureKind>('field')
  const [looked, setLooked] = useState<number | null>(null)
  const { control, form, onSubmit, failure, busy } = useZodForm(fieldsSchema, {
    defaultValues: { path: 'data.email', value: '', eventId: '' },
    submit: async (fields) => {
      const parsed = erasureCriterionSchema.safeParse(toCriterion(kind, fields))
      if (!parsed.success) {
        for (const { path, message } of parsed.error.issues) {
          const name = fieldsSchema.keyof().safeParse(path.at(-1)).data
          if (name) form.setError(name, { message })
        }
        return
      }
      let sum: Sum | null = null
      let cursor: string | undefined
      do {
        const { nextCursor, ...part } = await client.erasures.plan({
          ...inOrganization,
          criterion: parsed.data,
          cursor,
        })
        sum = add(sum, part)
        setLooked(sum.looked)
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined)
      onPlanned({ criterion: parsed.data, sum })
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate aria-label="What to erase" className="space-y-4">
      <FormProblem failure={failure} />
      <SegmentedControl label="Erase by" options={kinds} value={kind} onValueChange={setKind} />
      {kind === 'event' && (
        <TextField control={control} name="eventId" label="Id of the event" mono placeholder="evt_…" />
      )}
      {kind === 'field' && (
        <TextField
          control={control}
          name="path"
          label="Field"
          mono
          hint="The way into the body. Lists on it are looked through."
        />
      )}
      {kind !== 'event' && (
        <TextField
          control={control}
          name="value"
          label="Value"
          autoComplete="off"
          hint={
            kind === 'field'
              ? 'The whole value; upper and lower case are the same.'
              : 'A part of any text or number in the body; upper and lower case are the same.'
          }
        />
      )}
      <div className="flex items-center gap-3">
        <Button type="submit" look="primary" busy={busy}>
          Count what fits
        </Button>
        {busy && looked !== null && (
          <span role="status" className="text-muted">
            {formatNumberOf(looked, 'event')} looked at
          </span>
        )}
      </div>
    </form>
  )
}

const Result = ({ sum }: { sum: Sum }) => {
  if (sum.events === 0)
    return <Banner title="Nothing fits">It is in none of {formatNumberOf(sum.looked, 'event')}.</Banner>
  return (
    <div className="space-y-3">
      <Banner tone="danger" title={`${formatNumberOf(sum.events, 'event')} would be erased`}>
        {sum.firstAt !== null && sum.lastAt !== null && (
          <p>
            Accepted from {formatLocal(sum.firstAt)} to {formatLocal(sum.lastAt)}.
          </p>
        )}
        <p>
          Their bodies and the recorded responses of{' '}
          {formatNumberOf(sum.deliveries, 'delivery', 'deliveries')} are overwritten. They can never be sent
          again.
        </p>
      </Banner>
      {sum.open > 0 && (
        <Banner
          tone="warning"
          title={`${formatNumberOf(sum.open, 'delivery', 'deliveries')} will never arrive`}
        >
          They have not ended yet, and are discarded. A request that is under way at that moment may still
          arrive.
        </Banner>
      )}
    </div>
  )
}

/** Erases data in two steps: what it would be, and doing it. */
export const EraseDialog = ({ onClose }: { onClose: () => void }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const [planned, setPlanned] = useState<Planned | null>(null)
  const start = useMutation(
    orpc.erasures.start.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: orpc.erasures.key() })
        toast.success('The erasure has begun')
        onClose()
      },
    }),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Erase data"
      description="First it is counted; nothing is changed before you have seen how much it is."
      footer={
        planned && (
          <>
            <Button onClick={() => setPlanned(null)}>Back</Button>
            {planned.sum.events > 0 && (
              <Button
                look="danger"
                busy={start.isPending}
                onClick={() => start.mutate({ ...inOrganization, criterion: planned.criterion })}
              >
                Erase {formatNumberOf(planned.sum.events, 'event')}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="space-y-4">
        {planned === null ? <CriterionForm onPlanned={setPlanned} /> : <Result sum={planned.sum} />}
        {start.isError && <ProblemNotice failure={failureOf(start.error)} />}
        <Banner title="Backups still hold it">
          What was backed up before stays in the backups: <Link to={paths.general}>see which there are</Link>.
          The audit log keeps a proof of the erasure, without the value.
        </Banner>
      </div>
    </Dialog>
  )
}
