import type { Phases } from '#contract/events.ts'

/** A phase of an attempt as the waterfall draws it. */
export interface PhaseBar {
  key: keyof Phases
  label: string
  meaning: string
  /** Null: this phase did not happen. */
  durationMs: number | null
  /** From the start of the attempt. */
  startMs: number
}

const phaseTexts: readonly Pick<PhaseBar, 'key' | 'label' | 'meaning'>[] = [
  { key: 'dnsMs', label: 'DNS', meaning: 'Resolving the host name' },
  { key: 'connectMs', label: 'Connect', meaning: 'Opening the connection' },
  { key: 'tlsMs', label: 'TLS', meaning: 'Agreeing on encryption' },
  { key: 'firstByteMs', label: 'First byte', meaning: 'Waiting for the receiver to answer' },
  { key: 'bodyMs', label: 'Body', meaning: 'Reading the answer' },
]

/**
 * The phases of the exchange one after the other, and how long they took together (ms). The time in the queue is
 * not among them: it can be a thousand times longer and would leave the others too small to see.
 */
export const barsOf = (phases: Phases): { bars: readonly PhaseBar[]; totalMs: number } => {
  let totalMs = 0
  const bars = phaseTexts.map((text) => {
    const durationMs = phases[text.key]
    const startMs = totalMs
    totalMs += durationMs ?? 0
    return { ...text, durationMs, startMs }
  })
  return { bars, totalMs }
}
