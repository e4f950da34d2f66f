/** The part of the package's interface that is used; it ships no types. */
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  export interface J2KDecoder {
    /** Room for that many bytes of a file or code stream, inside of the module's memory. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    /** Samples of all components side by side, of one or two bytes (little-endian); inside of the module's memory. */
    getDecodedBuffer(): Uint8Array;
    getFrameInfo(): {
      readonly width: number;
      readonly height: number;
      readonly bitsPerSample: number;
      readonly componentCount: number;
      readonly isSigned: boolean;
    };
    delete(): void;
  }
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder;
  }
  export default function openJpeg(options: {
    print(text: string): void;
    printErr(text: string): void;
  }): Promise<OpenJpeg>;
}
