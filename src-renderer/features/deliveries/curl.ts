import type { Attempt } from '#contract/events.ts'

/** One argument for a POSIX shell. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** curl computes these itself; copied ones would fight with it. */
const leftToCurl = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'accept-encoding'])

/**
 * The recorded request of an attempt as a curl command for a POSIX shell. Header values that were redacted when
 * the attempt was recorded stay redacted, so the text holds no secret.
 */
export const curlOf = (attempt: Pick<Attempt, 'url' | 'requestHeaders'>, body: string): string => {
  const headers = Object.entries(attempt.requestHeaders)
    .filter(([name]) => !leftToCurl.has(name.toLowerCase()))
    .flatMap(([name, value]) => [value].flat().map((one) => `--header ${quote(`${name}: ${one}`)}`))
  return [`curl --request POST ${quote(attempt.url)}`, ...headers, `--data-raw ${quote(body)}`].join(
    ' \\\n  ',
  )
}
