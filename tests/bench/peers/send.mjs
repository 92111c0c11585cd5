import { createHmac, createSecretKey, randomUUID } from 'node:crypto'
import { Pool } from 'undici'

/** The same delivery for everybody: Standard Webhooks, signed, over the connections of one pool. */
export const createSend = (port, connections) => {
  const key = createSecretKey(Buffer.alloc(32, 1))
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 })
  return {
    async send(payload) {
      const id = randomUUID()
      const timestamp = String(Math.floor(Date.now() / 1000))
      const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(payload).digest('base64')
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${digest}`,
      }
      const { statusCode, body } = await pool.request({ path: '/', method: 'POST', headers, body: payload })
      await body.dump()
      if (statusCode !== 200) throw new Error(`The sink answered ${statusCode}`)
    },
    close: () => pool.close(),
  }
}
