import { useState } from 'react'
import type { Decision } from '#contract/decision.ts'
import { failureOf } from '#renderer/bridge.ts'
import { ExplainDialog } from './explain-dialog.tsx'
import { toast } from './toast.tsx'

/**
 * What to do when a button's call fails: a refusal opens its explanation, everything else is a toast with the
 * code. The caller draws `explanation` somewhere.
 */
export const useActionFailure = () => {
  const [decision, setDecision] = useState<Decision | null>(null)
  const onError = (error: unknown) => {
    const failure = failureOf(error)
    if (failure.decision) setDecision(failure.decision)
    else toast.failure(failure)
  }
  const explanation = decision && (
    <ExplainDialog decision={decision} open onOpenChange={(open) => !open && setDecision(null)} />
  )
  return { onError, explanation }
}
