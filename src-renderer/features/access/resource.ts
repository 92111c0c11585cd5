import { type ExplainedResource, explainedKinds } from '#contract/access.ts'
import { type IdPrefix, idPrefixes } from '#contract/ids.ts'

type Kind = ExplainedResource['kind']

const prefixOf: Record<Kind, IdPrefix> = {
  webhook: idPrefixes.webhook,
  api_key: idPrefixes.apiKey,
  connection: idPrefixes.connection,
  event: idPrefixes.event,
  delivery: idPrefixes.delivery,
  user: idPrefixes.user,
}

export const resourceLabels: Record<Kind, string> = {
  webhook: 'Webhook',
  api_key: 'API key',
  connection: 'Connection',
  event: 'Event',
  delivery: 'Delivery',
  user: 'User',
}

/** The thing that an id names: its prefix tells what it is. Null for an id of nothing that can be asked about. */
export const resourceOf = (id: string): ExplainedResource | null => {
  const kind = explainedKinds.find((candidate) => id.startsWith(`${prefixOf[candidate]}_`))
  return kind === undefined || id.length > 64 ? null : { kind, id }
}
