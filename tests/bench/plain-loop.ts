import { createHmac, createSecretKey, randomUUID } from 'node:crypto'
import { type Dispatcher, Pool } from 'undici'

/**
 * What somebody would write without Patchbay: undici's pool in a loop, each request signed, nothing stored.
 * Arguments: port, requests, connections. Sends `{ perSecond }`.
 */
const [port = '', total = '', connections = ''] = process.argv.slice(2)
const body = Buffer.from(process.env.BENCH_BODY ?? '')
const key = createSecretKey(Buffer.alloc(32, 1))
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: Number(connections), pipelining: 1 })

const sendAll = (count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let sent = 0
    let done = 0
    class Handler implements Dispatcher.DispatchHandler {
      onRequestStart(): void {}
      onResponseStart(): void {}
      onResponseData(): void {}
      onResponseEnd(): void {
        done += 1
        if (done === count) resolve()
        else next()
      }
      onResponseError(_: unknown, error: Error): void {
        reject(error)
      }
    }
    const next = (): void => {
      if (sent === count) return
      sent += 1
      const id = randomUUID()
      const timestamp = String(Math.floor(Date.now() / 1000))
      const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
      const headers = ['user-agent', 'plain/1', 'content-type', 'application/json', 'webhook-id', id]
      headers.push('webhook-timestamp', timestamp, 'webhook-signature', `v1,${digest}`)
      pool.dispatch({ path: '/', method: 'POST', headers, body }, new Handler())
    }
    for (let started = 0; started < Number(connections); started += 1) next()
  })

await sendAll(Math.ceil(Number(total) / 5))
const startedAt = performance.now()
await sendAll(Number(total))
process.send?.({ perSecond: Number(total) / ((performance.now() - startedAt) / 1000) })
await pool.close()
process.disconnect?.()
