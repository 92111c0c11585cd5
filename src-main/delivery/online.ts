import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** Whether the machine has an address by which it could reach another one. */
export const hasNetwork = (interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): boolean =>
  Object.values(interfaces).some((addresses) =>
    addresses?.some(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address)),
  )
