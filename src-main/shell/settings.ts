import { z } from 'zod'
import { themeSchema } from './bridge-handlers.ts'

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
})
export type Bounds = z.infer<typeof boundsSchema>

/** What the shell itself keeps between starts. A value that does not parse counts as its default. */
export const shellSettingsSchema = z.object({
  /** Null: never moved. */
  windowBounds: boundsSchema.nullable().catch(null),
  windowMaximized: z.boolean().catch(false),
  theme: themeSchema.catch('system'),
  /** The address of a host that somebody else runs. Null: the shell starts its own. */
  attachAddress: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .catch(null),
})
export type ShellSettings = z.infer<typeof shellSettingsSchema>

/** As much of electron-store as is used. */
export interface KeyValueFile {
  get(key: string): unknown
  set(values: Partial<ShellSettings>): void
}

export interface Settings {
  read(): ShellSettings
  update(values: Partial<ShellSettings>): void
}

export const createSettings = (file: KeyValueFile): Settings => ({
  read() {
    const keys = Object.keys(shellSettingsSchema.shape)
    return shellSettingsSchema.parse(Object.fromEntries(keys.map((key) => [key, file.get(key)])))
  },
  update(values) {
    file.set(values)
  },
})
