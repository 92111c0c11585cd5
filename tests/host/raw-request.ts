import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A request with every header as the test says, also those that `fetch` keeps for itself. */
export const rawRequest = (
  url: string | null,
  { body, ...options }: RequestOptions & { body?: string | Buffer },
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const target = url === null ? {} : { hostname: '127.0.0.1', port: new URL(url).port }
    const request = httpRequest({ ...target, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
