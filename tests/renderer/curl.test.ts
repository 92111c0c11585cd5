import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curlOf } from '#renderer/features/deliveries/curl.ts'

/** The arguments that a POSIX shell would hand to curl. */
const argumentsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

const attempt = (requestHeaders: Record<string, string | string[]>, url = 'https://crm.example/hooks') => ({
  url,
  requestHeaders,
})

describe('the recorded request as a curl command', () => {
  it('is a POST with the recorded headers and body', () => {
    const command = curlOf(
      attempt({ 'content-type': 'application/json', 'webhook-id': 'evt_1', 'x-tag': ['a', 'b'] }),
      '{"type":"order.paid"}',
    )
    expect(argumentsOf(command)).toEqual([
      '--request',
      'POST',
      'https://crm.example/hooks',
      '--header',
      'content-type: application/json',
      '--header',
      'webhook-id: evt_1',
      '--header',
      'x-tag: a',
      '--header',
      'x-tag: b',
      '--data-raw',
      '{"type":"order.paid"}',
    ])
  })

  it('leaves to curl what curl computes', () => {
    const command = curlOf(attempt({ Host: 'crm.example', 'Content-Length': '2', connection: 'close' }), '{}')
    expect(command).not.toMatch(/host|content-length|connection/i)
  })

  it('lets no URL, header or body break out of its quotes', () => {
    const text = fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ';', '!', ' ', 'a', 'é') })
    fc.assert(
      fc.property(text, text, text, (path, value, body) => {
        const url = `https://crm.example/${path}`
        expect(argumentsOf(curlOf(attempt({ 'x-note': value }, url), body))).toEqual([
          '--request',
          'POST',
          url,
          '--header',
          `x-note: ${value}`,
          '--data-raw',
          body,
        ])
      }),
      { numRuns: 60 },
    )
  })
})
