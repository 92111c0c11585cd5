import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { hasInterface, systemProbes } from '#main/delivery/network-probes.ts'
import { type NetworkProbes, NetworkState, type Reach, reaches } from '#main/delivery/network-state.ts'

const address = (text: string, internal = false): NetworkInterfaceInfo => ({
  address: text,
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
  family: 'IPv4',
})

describe('an interface', () => {
  it.each([
    ['192.168.1.5', true],
    ['10.0.0.4', true],
    ['2001:db8::5', true],
    ['169.254.12.1', false],
    ['fe80::1', false],
  ])('with the address %s reaches another machine: %s', (text, expected) => {
    expect(hasInterface({ eth0: [address(text)], lo: [address('127.0.0.1', true)] })).toBe(expected)
  })

  it('is more than the machine itself', () => {
    expect(hasInterface({ lo: [address('127.0.0.1', true)], none: undefined })).toBe(false)
    expect(hasInterface({})).toBe(false)
  })
})

describe('a network', () => {
  it('meets what needs to go as far or less far', () => {
    const all: Reach[] = ['machine', 'lan', 'world']
    expect(all.map((reach) => all.map((needed) => reaches(reach, needed)))).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ])
  })
})

/** A machine that says what a test says. */
const machine = (over: { interface?: boolean; route?: boolean; names?: boolean } = {}) => {
  const says = { interface: true, route: true, names: true, asked: 0, ...over }
  const probes: NetworkProbes = {
    hasInterface: () => says.interface,
    hasRoute: async () => says.route,
    async canResolve() {
      says.asked += 1
      return says.names
    },
  }
  const changes: Reach[] = []
  const state = new NetworkState({ probes, onChange: (reach) => changes.push(reach) })
  return { says, state, changes }
}

describe('the state of the network', () => {
  it.each<[string, Parameters<typeof machine>[0], Reach]>([
    ['without an interface', { interface: false }, 'machine'],
    ['without a route', { route: false }, 'lan'],
    ['without any name resolution', { names: false }, 'lan'],
    ['when all is well', {}, 'world'],
  ])('%s', async (_, over, expected) => {
    const { state } = machine(over)
    expect(await state.check()).toBe(expected)
    expect(state.reach()).toBe(expected)
  })

  it('is told once for each change, from the cable that is pulled to the network that is back', async () => {
    const { says, state, changes } = machine()
    await state.glance()
    says.interface = false
    await state.glance()
    await state.glance()
    says.interface = true
    await state.glance()
    expect(changes).toEqual(['machine', 'world'])
  })

  it('is seen without any attempt when the route is gone', async () => {
    const { says, state } = machine()
    says.route = false
    await state.glance()
    expect(state.reach()).toBe('lan')
  })

  it('is looked at once for all who ask at the same time, and soon after', async () => {
    const { says, state } = machine({ names: false })
    const found = await Promise.all([state.check(), state.check(), state.check()])
    expect(found).toEqual(['lan', 'lan', 'lan'])
    await state.check()
    expect(says.asked).toBe(1)
  })

  it('is looked at whole when somebody asks, though the route alone was looked at a moment ago', async () => {
    const { says, state } = machine()
    says.names = false
    await state.glance()
    expect(state.reach()).toBe('world')
    expect(await state.check()).toBe('lan')
  })

  it('is known when somebody out there has answered', async () => {
    const { state, changes } = machine({ names: false })
    await state.check()
    state.noteAnswer()
    expect(state.reach()).toBe('world')
    expect(changes).toEqual(['lan', 'world'])
  })
})

describe('what this machine says', () => {
  it('comes within a few seconds, whatever it is', async () => {
    const before = performance.now()
    const [route, names] = await Promise.all([systemProbes.hasRoute(), systemProbes.canResolve()])
    expect(performance.now() - before).toBeLessThan(4_000)
    expect([typeof route, typeof names]).toEqual(['boolean', 'boolean'])
  })
})
