import { Check } from 'lucide-react'
import { gates } from '#contract/vocabulary.ts'
import { gateLabels } from '#renderer/ui/decision-text.ts'
import { gateIcons } from './outcome.tsx'

/** Gates that an outcome without a resource or an input can come from. */
const shownGates = gates.filter((gate) => gate !== 'validation')

/** What the signs of the grid stand for. */
export const GateLegend = () => (
  <ul aria-label="Signs" className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
    <li className="inline-flex items-center gap-1.5">
      <span className="grid size-5 place-items-center rounded-md bg-success-soft text-success">
        <Check aria-hidden className="size-3" strokeWidth={2.75} />
      </span>
      Allowed
    </li>
    <li>Refused by:</li>
    {shownGates.map((gate) => {
      const Icon = gateIcons[gate]
      return (
        <li key={gate} className="inline-flex items-center gap-1.5">
          <Icon aria-hidden className="size-3.5" />
          {gateLabels[gate]}
        </li>
      )
    })}
  </ul>
)
