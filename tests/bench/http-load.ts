import { connect } from 'node:net'
import { messageLength } from './http-message.ts'

/**
 * Clients that cost as little as possible, so that the processors are left to what is measured. Each has a connection
 * of its own and sends the same request again as soon as it is answered.
 */
export interface HttpLoad {
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly requests: number
  readonly clients: number
  /** Every other status ends the measurement. */
  readonly status: number
}

const statusAt = 'HTTP/1.1 '.length

const bytesOf = ({ url, path, headers, body }: HttpLoad): Buffer => {
  const lines = [`POST ${path} HTTP/1.1`, `host: ${new URL(url).host}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

const isAnsweredBy = (status: number, bytes: Buffer): boolean =>
  bytes.toString('latin1', statusAt, statusAt + 3) === String(status)

/** One client, until `next` has nothing more to send. */
const runClient = (load: HttpLoad, request: Buffer, next: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(load.url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let rest: Buffer = Buffer.alloc(0)
    const sendNext = (): void => {
      if (next()) socket.write(request)
      else socket.end(resolve)
    }
    const read = (chunk: Buffer): void => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const length = messageLength(rest)
      if (length === null) return
      if (!isAnsweredBy(load.status, rest)) throw new Error(rest.toString())
      rest = rest.subarray(length)
      sendNext()
    }
    socket.on('error', reject)
    socket.on('connect', sendNext)
    socket.on('data', (chunk) => {
      try {
        read(chunk)
      } catch (error) {
        socket.destroy()
        reject(error)
      }
    })
  })

/** @returns requests per second. */
export const runHttpLoad = async (load: HttpLoad): Promise<number> => {
  const request = bytesOf(load)
  let left = load.requests
  const next = (): boolean => {
    left -= 1
    return left >= 0
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: load.clients }, () => runClient(load, request, next)))
  return load.requests / ((performance.now() - startedAt) / 1000)
}
