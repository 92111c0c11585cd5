import { CircleCheck, CircleX } from 'lucide-react'
import type { Attempt, DeliveryListItem } from '#contract/events.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { errorClassTexts } from './error-classes.ts'

/** What came of an attempt: the status code, or the error class where there was none. */
export const AttemptResult = ({ attempt }: { attempt: Pick<Attempt, 'statusCode' | 'errorClass'> }) => {
  const { statusCode, errorClass } = attempt
  if (!errorClass)
    return (
      <Badge tone="success" icon={CircleCheck}>
        {statusCode === null ? 'Answered' : statusCode}
      </Badge>
    )
  const { label } = errorClassTexts[errorClass]
  return (
    <Badge tone="danger" icon={CircleX}>
      {statusCode === null ? label : `${statusCode} ${label}`}
    </Badge>
  )
}

/** The same for the last attempt of a delivery in a list; a dash before the first. */
export const LastResult = ({ delivery }: { delivery: DeliveryListItem }) =>
  delivery.lastStatusCode === null && delivery.lastErrorClass === null ? (
    <span className="text-muted">–</span>
  ) : (
    <AttemptResult attempt={{ statusCode: delivery.lastStatusCode, errorClass: delivery.lastErrorClass }} />
  )
