import { join } from 'node:path';
import { type FuseV1Config, FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

/**
 * Electron's own switches, burnt into the packaged binary, each to the side that its documentation
 * (docs/tutorial/fuses) advises for a program that needs none of them. `strictlyRequireAllFuses` makes packaging
 * fail where the binary has a fuse that this list does not name.
 */
export const FUSES: Extract<FuseV1Config, { readonly strictlyRequireAllFuses: true }> = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Faults of WebAssembly code are caught by the processor's own traps, which is quicker and no less safe.
  [FuseV1Options.WasmTrapHandlers]: true,
};

/** What electron-builder tells its hooks, as far as it is needed here. */
export interface PackContext {
  readonly appOutDir: string;
  readonly electronPlatformName: string;
  readonly packager: {
    /** Linux alone names the program otherwise than the product. */
    readonly executableName?: string;
    readonly appInfo: { readonly productFilename: string };
  };
}

/**
 * electron-builder's hook between packing and signing (electron-builder.yml, `afterPack`). Its own `electronFuses`
 * setting knows one fuse less, and can't be strict.
 */
export async function afterPack(context: PackContext): Promise<void> {
  await flipFuses(packedProgram(context), FUSES);
}

function packedProgram({ appOutDir, electronPlatformName, packager }: PackContext): string {
  const product = packager.appInfo.productFilename;
  switch (electronPlatformName) {
    case 'win32':
      return join(appOutDir, `${product}.exe`);
    case 'darwin':
    case 'mas':
      return join(appOutDir, `${product}.app`);
    default:
      return join(appOutDir, packager.executableName ?? product);
  }
}
