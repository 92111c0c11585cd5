import { CircleCheck, CircleDashed, CirclePause, CircleX, KeySquare } from 'lucide-react'
import type { Connection } from '#contract/connections.ts'
import { Badge } from '#renderer/ui/badge.tsx'

/** Whether the latest check of the settings found them good. */
export const CheckBadge = ({ connection }: { connection: Connection }) => {
  if (connection.check === null) return <Badge icon={CircleDashed}>Not checked</Badge>
  return connection.check.status === 'ok' ? (
    <Badge tone="success" icon={CircleCheck}>
      Settings OK
    </Badge>
  ) : (
    <Badge tone="danger" icon={CircleX}>
      Failing
    </Badge>
  )
}

/** That nothing can be called yet; nothing while that is not so. */
export const ConsentBadge = ({ connection }: { connection: Connection }) =>
  connection.authorization === 'pending' ? (
    <Badge tone="warning" icon={KeySquare}>
      Consent pending
    </Badge>
  ) : null

export const EnabledBadge = ({ connection }: { connection: Connection }) => (
  <Badge
    tone={connection.enabled ? 'success' : 'neutral'}
    icon={connection.enabled ? CircleCheck : CirclePause}
  >
    {connection.enabled ? 'Enabled' : 'Off'}
  </Badge>
)
