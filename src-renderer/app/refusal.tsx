import { type ReactNode, useState } from 'react'
import type { Action } from '#contract/actions.ts'
import { Button } from '#renderer/ui/button.tsx'
import { ExplainDialog } from '#renderer/ui/explain-dialog.tsx'
import { useDecision } from './access.tsx'
import { DecisionNotice } from './decision-notice.tsx'

/** The notice of an action that is refused here; nothing while it is allowed. */
export const RefusalNotice = ({ action }: { action: Action }) => {
  const decision = useDecision(action)
  return decision && !decision.allowed ? <DecisionNotice decision={decision} /> : null
}

/**
 * A control that needs an action, or in its place the question why it is not there ("Why can’t I resend?").
 * For pages where a notice of their own would be too much.
 */
export const GatedOrWhy = ({
  action,
  why,
  children,
}: {
  action: Action
  why: string
  children?: ReactNode
}) => {
  const decision = useDecision(action)
  const [open, setOpen] = useState(false)
  if (!decision) return null
  if (decision.allowed) return children
  return (
    <>
      <Button look="ghost" onClick={() => setOpen(true)}>
        {why}
      </Button>
      <ExplainDialog decision={decision} open={open} onOpenChange={setOpen} />
    </>
  )
}
