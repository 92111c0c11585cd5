import pino from 'pino'
import { expect, test } from 'vitest'
import type { NetworkProbes } from '#main/delivery/network-state.ts'
import { createDelivery } from '#main/host/delivery.ts'

test('the engine is told that a receiver on the own premises is reached by its public name', async () => {
  let hasRoute = true
  const probes: NetworkProbes = {
    hasInterface: () => true,
    hasRoute: async () => hasRoute,
    canResolve: async () => true,
  }
  const asked: string[] = []
  const { signal, watch } = createDelivery({
    log: pino({ enabled: false }),
    publish: () => {},
    probes,
    resolve: async (hostname) => {
      asked.push(hostname)
      return [hostname === 'till.venue.example.com' ? '192.168.1.20' : '93.184.216.34']
    },
  })
  expect(signal.reaches('https://hooks.example.com/')).toBe(true)
  await signal.findReach('https://hooks.example.com/')
  expect(asked).toEqual([])
  hasRoute = false
  await watch()
  expect(signal.state().online).toBe(false)
  await signal.findReach('https://till.venue.example.com/hook')
  expect(signal.reaches('https://till.venue.example.com/hook')).toBe(true)
  expect(signal.reaches('https://hooks.example.com/')).toBe(false)
})
