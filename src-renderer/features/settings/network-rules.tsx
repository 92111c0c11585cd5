import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'react-router'
import { z } from 'zod'
import { type NetworkRule, networkRuleTargetSchema } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'

const formSchema = z.object({
  target: networkRuleTargetSchema,
  note: z.string().trim().min(1, 'Say why').max(300),
})

/** How the rules of a place are changed. Each call ends when what reads the rules has been read again. */
export interface NetworkRuleCommands {
  add: (rule: { target: string; note: string }) => Promise<NetworkRule>
  remove: (rule: NetworkRule) => Promise<void>
}

/** Those of the selected organization. */
export const useNetworkRuleCommands = (): NetworkRuleCommands => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const refresh = () => queryClient.invalidateQueries({ queryKey: orpc.settings.key() })
  return {
    add: async (rule) => {
      const added = await client.settings.addNetworkRule({ ...inOrganization, ...rule })
      await refresh()
      return added
    },
    remove: async ({ id }) => {
      await client.settings.removeNetworkRule({ ...inOrganization, networkRuleId: id })
      await refresh()
    },
  }
}

const AddForm = ({ add }: Pick<NetworkRuleCommands, 'add'>) => {
  const { control, form, onSubmit, failure, busy } = useZodForm(formSchema, {
    defaultValues: { target: '', note: '' },
    submit: async (fields) => {
      const rule = await add(fields)
      form.reset()
      toast.success(`Webhooks may reach ${rule.target}`)
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate aria-label="Add a network rule" className="@container space-y-3">
      <FormProblem failure={failure} />
      <div className="grid gap-3 @2xl:grid-cols-[minmax(0,1fr)_minmax(0,2fr)_auto]">
        <TextField
          control={control}
          name="target"
          label="Host name or CIDR"
          mono
          placeholder="192.168.1.0/24"
          hint="erp.local, *.lan, 10.0.0.0/8"
        />
        <TextField
          control={control}
          name="note"
          label="Why"
          placeholder="Receiver of the venue"
          hint="For whoever reads this rule next year."
        />
        <Button type="submit" busy={busy} className="w-fit @2xl:mt-6">
          <Plus aria-hidden />
          Add rule
        </Button>
      </div>
    </form>
  )
}

const RemoveDialog = ({
  rule,
  remove: removeRule,
  onClose,
}: Pick<NetworkRuleCommands, 'remove'> & { rule: NetworkRule; onClose: () => void }) => {
  const remove = useMutation({
    mutationFn: () => removeRule(rule),
    onSuccess: () => {
      toast.success('Rule removed')
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove the rule for ${rule.target}`}
      confirmLabel="Remove rule"
      consequence="Webhooks that reach an address through it are blocked from the next attempt on, and their deliveries fail."
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate()}
    />
  )
}

const RuleRow = ({ rule, onRemove }: { rule: NetworkRule; onRemove: (() => void) | null }) => (
  <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2">
    <code className="w-48 shrink-0 truncate font-mono text-xs font-semibold" title={rule.target}>
      {rule.target}
    </code>
    <span className="min-w-48 flex-1 break-words">{rule.note}</span>
    <span className="shrink-0 text-xs text-muted">
      {rule.createdBy}, <RelativeTime at={rule.createdAt} />
    </span>
    {onRemove && (
      <IconButton size="sm" icon={Trash2} label={`Remove the rule for ${rule.target}`} onClick={onRemove} />
    )}
  </li>
)

/** The id of this part of the page: other pages link to it. */
const anchor = 'network-rules'

/** The addresses that webhooks may reach although the network policy blocks them otherwise. */
export const NetworkRules = ({
  rules,
  commands,
}: {
  rules: readonly NetworkRule[]
  /** Null for those who may only look. */
  commands: NetworkRuleCommands | null
}) => {
  const [removing, setRemoving] = useState<NetworkRule | null>(null)
  const { hash } = useLocation()
  const here = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (hash === `#${anchor}`) here.current?.scrollIntoView({ block: 'start' })
  }, [hash])
  return (
    <div id={anchor} ref={here}>
      <Card
        title="Network rules"
        description="Webhooks never reach this machine or local networks, except where a rule opens an address. The same rules hold on save, test and delivery."
      >
        {rules.length === 0 ? (
          <p className="text-muted">No rules: only public addresses can be reached.</p>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {rules.map((rule) => (
              <RuleRow key={rule.id} rule={rule} onRemove={commands && (() => setRemoving(rule))} />
            ))}
          </ul>
        )}
        {commands && (
          <div className="pt-4">
            <AddForm add={commands.add} />
          </div>
        )}
        {removing && commands && (
          <RemoveDialog rule={removing} remove={commands.remove} onClose={() => setRemoving(null)} />
        )}
      </Card>
    </div>
  )
}
