import { History } from 'lucide-react'
import { Link } from 'react-router'
import type { Webhook } from '#contract/webhooks.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { recoverAddress } from './recover-address.ts'
import { RecoveryList } from './recovery-list.tsx'

/** Sending again what one webhook has missed, and what was recovered before. */
export const WebhookRecoveries = ({ webhook }: { webhook: Webhook }) => (
  <>
    <Card
      className="max-w-3xl"
      title="Send again what the receiver missed"
      description="Deliveries that ended without arriving, by time, status and event type. First you see what it would be; then one goes ahead, and only when it arrives do the others follow."
    >
      <GatedOrWhy action="deliveries.recover" why="Why can’t I recover?">
        <Button asChild look="primary">
          <Link to={recoverAddress({ webhookId: webhook.id })}>
            <History aria-hidden />
            Recover …
          </Link>
        </Button>
      </GatedOrWhy>
    </Card>
    <RecoveryList webhookId={webhook.id} />
  </>
)
