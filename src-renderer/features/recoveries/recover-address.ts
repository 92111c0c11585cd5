import { recoverableStatuses } from '#contract/recoveries.ts'
import { paths } from '#renderer/app/paths.ts'

/** The page that recovers, with what is chosen already. A status that cannot be recovered is left out. */
export const recoverAddress = ({ webhookId, status = '' }: { webhookId: string; status?: string }) => {
  const params = new URLSearchParams()
  if (webhookId !== '') params.set('webhook', webhookId)
  if (recoverableStatuses.some((one) => one === status)) params.set('status', status)
  return params.size === 0 ? paths.recover : `${paths.recover}?${params}`
}
