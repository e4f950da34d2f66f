import { scannerNumbers, usbHex } from './device-profiles.ts';
import { type DeviceSettings, DOCUMENT_READER_MAKERS } from './device-settings.ts';

/**
 * The rules of udev by which the user who sits at a Linux laptop may open its devices, and nobody else
 * (systemd's `uaccess`, so the file's number has to be below 73). Scanners by their numbers; card readers and printers
 * by the class of an interface, which udev lists as `:ccsspp:`; ports and HID devices by their makers, because a rule
 * for all of them would let every program read the keyboard.
 */
export function udevRules({ serial }: DeviceSettings): readonly string[] {
  const named = serial.flatMap(({ vendorId }) => (vendorId === undefined ? [] : [usbHex(vendorId)]));
  const makers = new Set([...DOCUMENT_READER_MAKERS, ...named]);
  const usb = 'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device"';
  const open = 'TAG+="uaccess"';
  return [
    '# Scanners, card readers, receipt printers and document readers of a polling station: open to who sits at the laptop.',
    ...scannerNumbers().map(
      ({ vendorId, productId }) =>
        `${usb}, ATTR{idVendor}=="${usbHex(vendorId)}", ATTR{idProduct}=="${usbHex(productId)}", ${open}`,
    ),
    ...['0b????', '0701??'].map((code) => `${usb}, ENV{ID_USB_INTERFACES}=="*:${code}:*", ${open}`),
    ...[...makers].flatMap((maker) =>
      ['tty', 'hidraw'].map((subsystem) => `SUBSYSTEM=="${subsystem}", ATTRS{idVendor}=="${maker}", ${open}`),
    ),
  ];
}
