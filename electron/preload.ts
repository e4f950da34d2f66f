import { contextBridge, ipcRenderer } from 'electron';
import { CHANNEL } from './channel.ts';

/** All that a screen gets: to post a message to the station, and to hear the station's. No Electron object. */
contextBridge.exposeInMainWorld('tizme', {
  post(message: unknown): void {
    ipcRenderer.send(CHANNEL, message);
  },
  onMessage(listener: (message: unknown) => void): () => void {
    const receive = (_event: unknown, message: unknown) => listener(message);
    ipcRenderer.on(CHANNEL, receive);
    return () => {
      ipcRenderer.removeListener(CHANNEL, receive);
    };
  },
});
