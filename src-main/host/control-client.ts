import { request as httpRequest } from 'node:http'
import type { z } from 'zod'
import type { HostFile } from '#main/store/data-directory.ts'

const timeoutMs = 3_000
const answerBytesMax = 64 * 1024

/** Why nobody answers at the address of host.json: the host that wrote it was killed. */
const nobodyThere: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET'])

interface Answer {
  readonly status: number
  readonly body: string
}

const targetOf = ({ url, socket }: HostFile) => {
  if (socket !== null) return { socketPath: socket, headers: { host: 'localhost' } }
  const { hostname, port } = new URL(url ?? 'http://127.0.0.1')
  return { hostname, port, headers: {} }
}

const send = (host: HostFile, path: string, body: unknown): Promise<Answer | null> =>
  new Promise((resolve, reject) => {
    const { headers, ...target } = targetOf(host)
    const request = httpRequest(
      {
        ...target,
        method: 'POST',
        path,
        timeout: timeoutMs,
        agent: false,
        headers: {
          ...headers,
          'content-type': 'application/json',
          authorization: `Bearer ${host.controlToken}`,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length > answerBytesMax) response.destroy(new Error('The answer is too long.'))
        })
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      },
    )
    request.on('timeout', () => request.destroy(new Error(`The host did not answer within ${timeoutMs} ms.`)))
    request.on('error', (error: Error & { code?: string }) => {
      if (nobodyThere.has(error.code ?? '')) resolve(null)
      else reject(error)
    })
    request.end(JSON.stringify(body))
  })

/**
 * Says something to the host that runs on a data directory.
 * @returns false when nobody is there any more.
 * @throws when the host does not take it.
 */
export const tellHost = async (host: HostFile, path: string, body: unknown): Promise<boolean> => {
  const answer = await send(host, path, body)
  if (answer === null) return false
  if (answer.status >= 300) throw new Error(`The running host answered ${answer.status} to ${path}.`)
  return true
}

/** As `tellHost`, with an answer. Null when nobody is there any more. */
export const askHost = async <T>(
  host: HostFile,
  path: string,
  { body, schema }: { body: unknown; schema: z.ZodType<T> },
): Promise<T | null> => {
  const answer = await send(host, path, body)
  if (answer === null) return null
  if (answer.status >= 300) throw new Error(`The running host answered ${answer.status} to ${path}.`)
  return schema.parse(JSON.parse(answer.body))
}
