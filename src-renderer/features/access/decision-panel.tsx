import { CircleCheck, CircleX } from 'lucide-react'
import type { Decision } from '#contract/decision.ts'
import { actionLabels } from '#renderer/app/action-labels.ts'
import { decidingGate, sentence } from '#renderer/ui/decision-text.ts'

/** The answer in a sentence: "Max may not manage API keys", and the fact that decided. */
export const DecisionHeadline = ({ decision }: { decision: Decision }) => {
  const Icon = decision.allowed ? CircleCheck : CircleX
  const gate = decidingGate(decision)
  return (
    <div className="flex gap-3">
      <Icon
        aria-hidden
        className={`mt-0.5 size-5 shrink-0 ${decision.allowed ? 'text-success' : 'text-danger'}`}
      />
      <div className="min-w-0">
        <p className="text-base font-semibold">
          {decision.principal.name} {decision.allowed ? 'may' : 'may not'} {actionLabels[decision.action]}
        </p>
        <p className="break-words text-muted">{gate ? sentence(gate.fact) : 'Every gate passes.'}</p>
      </div>
    </div>
  )
}
