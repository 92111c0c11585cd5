import { z } from 'zod'

/** What an organization pays for. What a plan grants is data: `resources/plans.json`. */
export const plans = ['free', 'standard', 'pro', 'enterprise'] as const
export const planSchema = z.enum(plans)
export type Plan = z.infer<typeof planSchema>

/** Role inside an organization, from a membership row. */
export const organizationRoles = ['owner', 'admin', 'manager', 'member'] as const
export const organizationRoleSchema = z.enum(organizationRoles)
export type OrganizationRole = z.infer<typeof organizationRoleSchema>

/** Role inside the workspace of an organization; decides what the console offers. */
export const workspaceRoles = ['admin', 'manager', 'staff'] as const
export const workspaceRoleSchema = z.enum(workspaceRoles)
export type WorkspaceRole = z.infer<typeof workspaceRoleSchema>

/** A product power that a plan grants or an override grants or denies. */
export const capabilities = ['api_access', 'webhooks'] as const
export const capabilitySchema = z.enum(capabilities)
export type Capability = z.infer<typeof capabilitySchema>

/** Run-time switches. `delivery` stops sending; the others stop the management of a power. */
export const killSwitches = ['integrations', 'api_access', 'webhooks', 'delivery'] as const
export const killSwitchSchema = z.enum(killSwitches)
export type KillSwitch = z.infer<typeof killSwitchSchema>

export const overrideEffects = ['grant', 'deny'] as const
export const overrideEffectSchema = z.enum(overrideEffects)
export type OverrideEffect = z.infer<typeof overrideEffectSchema>

export const environments = ['production', 'staging', 'development'] as const
export const environmentSchema = z.enum(environments)
export type Environment = z.infer<typeof environmentSchema>

/** `api`: send events, read events and deliveries. `admin`: manage webhooks, release what they hold, list and revoke keys. */
export const apiKeyScopes = ['api', 'admin'] as const
export const apiKeyScopeSchema = z.enum(apiKeyScopes)
export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>

/** Derived from the stored facts and the clock, never stored. */
export const apiKeyStatuses = ['active', 'expired', 'revoked', 'disabled', 'not_yet_valid'] as const
export const apiKeyStatusSchema = z.enum(apiKeyStatuses)
export type ApiKeyStatus = z.infer<typeof apiKeyStatusSchema>

/** `suspended`: the capability `webhooks` was lost; resumed by hand when it returns. */
export const webhookStatuses = ['active', 'paused', 'disabled', 'suspended'] as const
export const webhookStatusSchema = z.enum(webhookStatuses)
export type WebhookStatus = z.infer<typeof webhookStatusSchema>

/**
 * `waiting` for its next attempt, `sending` under a lease of the worker, then one of the ends.
 * `held` deliveries wait for a person or for a condition named by the held reason.
 */
export const deliveryStatuses = ['waiting', 'sending', 'delivered', 'exhausted', 'held', 'discarded'] as const
export const deliveryStatusSchema = z.enum(deliveryStatuses)
export type DeliveryStatus = z.infer<typeof deliveryStatusSchema>

const anyStatus = `(${deliveryStatuses.join('|')})`
/** One status, or any of several: `waiting,sending`. */
export const deliveryStatusesSchema = z
  .string()
  .regex(
    new RegExp(`^${anyStatus}(,${anyStatus})*$`),
    `One or more of ${deliveryStatuses.join(', ')}, separated by commas`,
  )
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(deliveryStatusSchema))

export const heldReasons = ['paused', 'disabled', 'gone', 'suspended', 'switched_off', 'offline'] as const
export const heldReasonSchema = z.enum(heldReasons)
export type HeldReason = z.infer<typeof heldReasonSchema>

/**
 * Why a delivery exists: an accepted `event`; a signed `test` send through the same pipeline;
 * a `connectivity` check (a small unsigned POST, never counted); a `resend` by a person; a `replay` of it to another
 * address (signed by the webhook's secrets, tried once, never counted).
 */
export const deliveryKinds = ['event', 'test', 'connectivity', 'resend', 'replay'] as const
export const deliveryKindSchema = z.enum(deliveryKinds)
export type DeliveryKind = z.infer<typeof deliveryKindSchema>

/** Why an attempt failed, by the phase or rule that failed it. */
export const errorClasses = [
  'dns',
  'refused',
  'reset',
  'unreachable',
  'timeout',
  'tls',
  'redirect',
  'blocked',
  'http',
  'protocol',
  /** The body could not be shaped as the webhook wants it: nothing was sent. */
  'shape',
] as const
export const errorClassSchema = z.enum(errorClasses)
export type ErrorClass = z.infer<typeof errorClassSchema>

/** The gates of an access decision, in the order in which they are evaluated and reported. */
export const gates = [
  'session',
  'kill_switch',
  'workspace_role',
  'capability',
  'membership',
  'organization_role',
  'scope',
  'validation',
] as const
export const gateSchema = z.enum(gates)
export type Gate = z.infer<typeof gateSchema>
