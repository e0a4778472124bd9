precision highp float;
in vec4 vColour;
in float vAlong;
out vec4 colour;

void main() {
  if (vAlong >= 0.0 && fract(vAlong) > 0.5) discard;
  colour = vColour;
}
