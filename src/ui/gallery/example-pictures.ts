import type { PhotoView } from '../../station/api/snapshot.ts';

/** A drawn, clearly artificial portrait. */
export function drawPortrait(): PhotoView {
  return draw(420, 525, (pen) => {
    pen.fillStyle = '#d7e0ee';
    pen.fillRect(0, 0, 420, 525);
    pen.fillStyle = '#3b4a6b';
    pen.fillRect(60, 390, 300, 135);
    pen.fillStyle = '#e3b48f';
    pen.beginPath();
    pen.ellipse(210, 235, 105, 140, 0, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = '#3a2a20';
    pen.beginPath();
    pen.ellipse(210, 130, 118, 70, 0, Math.PI, 0);
    pen.fill();
    for (const x of [170, 250]) pen.fillRect(x - 9, 220, 18, 10);
    pen.fillRect(180, 310, 60, 8);
  });
}

/** Ridge-like arcs, as a scanner's preview shows them. */
export function drawFinger(): PhotoView {
  return draw(300, 330, (pen) => {
    pen.fillStyle = '#f2f2f2';
    pen.fillRect(0, 0, 300, 330);
    pen.strokeStyle = '#444';
    pen.lineWidth = 6;
    for (let radius = 10; radius < 190; radius += 14) {
      pen.beginPath();
      pen.ellipse(150, 190, radius * 0.72, radius, 0.15, 0, Math.PI * 2);
      pen.stroke();
    }
  });
}

function draw(width: number, height: number, paint: (pen: CanvasRenderingContext2D) => void): PhotoView {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (pen !== null) paint(pen);
  return { mediaType: 'image/png', base64: canvas.toDataURL('image/png').split(',')[1] ?? '' };
}
