import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import type { Figure } from './measured.ts'

const machine = (): string => {
  const processors = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`
}

const row = ({ what, value, ratio, bound }: Figure): string => {
  const kept = bound === null ? '' : `${bound.text}${bound.kept ? '' : ' — **missed**'}`
  return `| ${what} | ${value} | ${ratio === null ? '' : ratio.toFixed(2)} | ${kept} |`
}

/** Writes the results as a page for people. */
export const writeResults = (sections: ReadonlyMap<string, readonly Figure[]>): void => {
  const tables = [...sections].map(([name, figures]) =>
    [
      `## ${name}`,
      '',
      '| what | measured | ratio | bound |',
      '|---|---:|---:|---|',
      ...figures.map(row),
      '',
    ].join('\n'),
  )
  const text = [
    '# Results',
    '',
    'Made by `npm run bench -- --write`. Every ratio is beside a baseline that the same machine ran in the same minutes,',
    'pair by pair, and the pair of the median ratio is told; machines differ and are noisy, so compare ratios.',
    '',
    `Machine: ${machine()}. ${new Date().toISOString().slice(0, 10)}.`,
    '',
    ...tables,
  ].join('\n')
  writeFileSync(new URL('RESULTS.md', import.meta.url), text)
}
