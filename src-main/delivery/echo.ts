import type { Exchange, ResponseHeaders } from './flight.ts'

const hidden = '***'
/** A shorter text would be found in words that have nothing to do with it. */
const lengthMin = 6

const without = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, hidden), text)

const headersWithout = (headers: ResponseHeaders, secrets: readonly string[]): ResponseHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? without(value, secrets) : value.map((one) => without(one, secrets)),
    ]),
  )

/** The exchange as it may be recorded: some receivers repeat in their answer what they were sent. */
export const withoutEcho = (exchange: Exchange, texts: readonly string[]): Exchange => {
  const secrets = texts.filter(({ length }) => length >= lengthMin)
  const { responseHeaders, responseBody } = exchange
  if (secrets.length === 0) return exchange
  const repeats = responseBody !== null && secrets.some((secret) => responseBody.includes(secret))
  return {
    ...exchange,
    responseHeaders: responseHeaders && headersWithout(responseHeaders, secrets),
    // In latin1 every byte stays what it is.
    responseBody: repeats
      ? Buffer.from(
          without(
            responseBody.toString('latin1'),
            secrets.map((secret) => Buffer.from(secret).toString('latin1')),
          ),
          'latin1',
        )
      : responseBody,
  }
}
