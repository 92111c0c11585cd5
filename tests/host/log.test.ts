import { expect, test } from 'vitest'
import { createLog } from '#main/host/log.ts'

test('of an error that stands for several, each is told', () => {
  const lines: string[] = []
  const log = createLog('error', { write: (line) => void lines.push(line) })
  const failures = [new Error('the first'), new AggregateError([new TypeError('the second')], 'one more')]
  log.error({ err: new AggregateError(failures, '2 failed') }, 'a job failed')
  expect(JSON.parse(lines.join(''))).toMatchObject({
    err: {
      message: '2 failed',
      errors: [
        { message: 'the first', stack: expect.stringContaining('log.test.ts') },
        { message: 'one more', errors: [{ type: 'TypeError', message: 'the second' }] },
      ],
    },
  })
})
