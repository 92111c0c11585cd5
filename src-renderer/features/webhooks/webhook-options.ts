import { useQuery } from '@tanstack/react-query'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'

const optionsMax = 200

/** The webhooks to choose from. The one that is chosen is always among them, even when it is on none of the pages. */
export const useWebhookOptions = (chosen: string) => {
  const { inScope } = useScope()
  const webhooks = useQuery(orpc.webhooks.list.queryOptions({ input: { ...inScope, limit: optionsMax } }))
  const options = webhooks.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []
  if (chosen === '' || options.some(({ value }) => value === chosen)) return options
  return [...options, { value: chosen, label: webhooks.isPending ? 'Loading' : 'Another webhook' }]
}
