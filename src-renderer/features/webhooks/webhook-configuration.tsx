import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { UnsavedChanges } from '#renderer/app/unsaved-changes.tsx'
import { client, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { FormProblem, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useFocusOnRefusal } from '#renderer/ui/use-focus-on-refusal.ts'
import { SavedTogether } from './configuration-frame.tsx'
import { BodySettings, FilterSettings } from './filter-settings.tsx'
import { GeneralSettings } from './general-settings.tsx'
import { HeaderSettings } from './header-settings.tsx'
import { useTenantPreviews } from './preview-source.ts'
import { ScheduleSettings } from './schedule-settings.tsx'
import { SendingSettings } from './sending-settings.tsx'
import { SignatureSettings } from './signature-settings.tsx'
import { type Change, changesOf, updateOf } from './webhook-changes.ts'
import { formOfWebhook, placeOfError, type WebhookForm, webhookFormSchema } from './webhook-form.ts'

const ChangeList = ({ changes }: { changes: readonly Change[] }) => (
  <dl className="mt-2 space-y-2 text-ink">
    {changes.map(({ label, before, after }) => (
      <div key={label}>
        <dt className="font-medium">{label}</dt>
        <dd className="[overflow-wrap:anywhere]">
          <del className="text-muted">{before}</del>
          <span aria-hidden> → </span>
          <ins className="no-underline">{after}</ins>
        </dd>
      </div>
    ))}
  </dl>
)

/** The form of a webhook's settings. Untouched, it follows what is changed elsewhere. */
const useConfigurationForm = (webhook: Webhook) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const zodForm = useZodForm(webhookFormSchema, {
    defaultValues: formOfWebhook(webhook),
    placeOf: placeOfError,
    submit: async (values) => {
      const input = { ...inOrganization, webhookId: webhook.id }
      const saved = await client.webhooks.update({ ...input, ...updateOf(webhook, values) })
      queryClient.setQueryData(orpc.webhooks.get.queryKey({ input }), saved)
      zodForm.form.reset(formOfWebhook(saved))
      toast.success('Saved')
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.list.key() })
    },
  })
  const { form } = zodForm
  const dirty = form.formState.isDirty
  useEffect(() => {
    const known = formOfWebhook(webhook)
    if (!dirty && JSON.stringify(known) !== JSON.stringify(form.getValues())) form.reset(known)
  }, [webhook, dirty, form])
  return { ...zodForm, dirty }
}

/** The settings of a webhook. Saving lists the changes first; leaving with changes asks. */
export const WebhookConfiguration = ({ webhook }: { webhook: Webhook }) => {
  const [changes, setChanges] = useState<readonly Change[] | null>(null)
  const source = useTenantPreviews(webhook.occasionId)
  const onRefusal = useFocusOnRefusal()
  const element = useRef<HTMLFormElement>(null)
  const { control, form, onSubmit, failure, busy, dirty } = useConfigurationForm(webhook)
  const save = async () => {
    await onSubmit()
    setChanges(null)
    onRefusal(element.current)
  }
  const review = (values: WebhookForm) => {
    const found = changesOf(webhook, values)
    if (found.length > 0) return setChanges(found)
    form.reset(formOfWebhook(webhook))
    toast.success('Nothing to save: the settings are as they were')
  }
  return (
    <form ref={element} onSubmit={form.handleSubmit(review, () => onRefusal(element.current))} noValidate>
      <SavedTogether
        dirty={dirty}
        problem={<FormProblem failure={failure} />}
        onDiscard={() => form.reset(formOfWebhook(webhook))}
      >
        <GeneralSettings control={control} />
        <SendingSettings control={control} />
        <ScheduleSettings control={control} />
        <FilterSettings control={control} source={source} />
        <BodySettings control={control} source={source} />
        <HeaderSettings control={control} />
        <SignatureSettings control={control} webhook={webhook} />
      </SavedTogether>
      {changes && (
        <ConfirmDialog
          open
          onOpenChange={() => setChanges(null)}
          destructive={false}
          width="md"
          title={`Save changes to “${webhook.name}”`}
          confirmLabel="Save changes"
          busy={busy}
          onConfirm={() => void save()}
          consequence={
            <>
              <p>Deliveries that are waiting use the new settings with their next attempt.</p>
              <ChangeList changes={changes} />
            </>
          }
        />
      )}
      <UnsavedChanges when={dirty} what={`“${webhook.name}”`} />
    </form>
  )
}
