import { z } from 'zod'
import { type Client, organizationOf } from './console-client.ts'
import type { Host } from './host.ts'

const answerSchema = z.object({ events: z.array(z.object({ id: z.string() })) })

/** Accepts so many examples of an event type by the tenant API, with a key of their own. Tells their ids. */
export const sendEvents = async (
  { url }: Pick<Host, 'url'>,
  ada: Client,
  type: string,
  count: number,
): Promise<string[]> => {
  const { id: organizationId } = await organizationOf(ada)
  const { key, secret } = await ada.apiKeys.create({
    organizationId,
    name: `sends ${type}`,
    environment: 'development',
    scopes: ['api'],
  })
  const data = (await ada.eventTypes.list()).find(({ name }) => name === type)?.example ?? {}
  const response = await fetch(`${url}/v1/events/batch`, {
    method: 'POST',
    headers: { 'x-api-key': secret, 'content-type': 'application/json' },
    body: JSON.stringify({ events: Array.from({ length: count }, () => ({ type, data })) }),
  })
  if (!response.ok) throw new Error(`The events were refused: ${await response.text()}`)
  await ada.apiKeys.revoke({ organizationId, apiKeyIds: [key.id] })
  return answerSchema.parse(await response.json()).events.map(({ id }) => id)
}
