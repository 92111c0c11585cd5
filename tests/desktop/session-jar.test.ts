import { describe, expect, it } from 'vitest'
import { createSessionJar } from '#main/shell/session-jar.ts'

const jarAt = (start: number) => {
  const clock = { now: start }
  return { clock, jar: createSessionJar(() => clock.now) }
}

describe('the session jar', () => {
  it('has nothing to send before the host set something', () => {
    expect(jarAt(0).jar.header()).toBeNull()
  })

  it('sends name and value back, without the attributes', () => {
    const { jar } = jarAt(0)
    jar.take(['patchbay=a=b; Path=/; HttpOnly; SameSite=Strict', 'other=1'])
    expect(jar.header()).toBe('patchbay=a=b; other=1')
  })

  it('forgets a cookie when its time is over', () => {
    const { clock, jar } = jarAt(1_000)
    jar.take(['patchbay=a; Max-Age=10'])
    clock.now = 10_999
    expect(jar.header()).toBe('patchbay=a')
    clock.now = 11_000
    expect(jar.header()).toBeNull()
  })

  it('forgets a cookie that the host takes back, by Max-Age or by Expires', () => {
    const { jar } = jarAt(Date.parse('2026-11-21'))
    jar.take(['one=a', 'two=b'])
    jar.take(['one=; Max-Age=0', 'two=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])
    expect(jar.header()).toBeNull()
  })

  it('keeps no more than a few, and none that is too long', () => {
    const { jar } = jarAt(0)
    jar.take(Array.from({ length: 50 }, (_, index) => `name${index}=1`))
    jar.take([`name0=${'x'.repeat(5000)}`])
    expect(jar.header()?.split('; ')).toHaveLength(10)
    expect(jar.header()).toContain('name0=1')
  })
})
