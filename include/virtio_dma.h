/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_VIRTIO_DMA_H
#define BYPASS_VIRTIO_DMA_H

#include <linux/pci.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

/* VIRTIO_F_ACCESS_PLATFORM, which older headers call VIRTIO_F_IOMMU_PLATFORM. */
#define BYPASS_VIRTIO_F_ACCESS_PLATFORM 33

static inline int bypass_virtio_maps_nothing(struct device *dev, void *unused)
{
	struct virtio_device *vdev;

	if (!dev->bus || strcmp(dev->bus->name, "virtio"))
		return false;
	vdev = dev_to_virtio(dev);
	/* Before its driver is at work, nothing is mapped, and nothing is known. */
	return vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !__virtio_test_bit(vdev, BYPASS_VIRTIO_F_ACCESS_PLATFORM);
}

/**
 * bypass_maps_nothing - does the driver of a device pass the DMA API by?
 * @pdev: the device
 *
 * A virtio device without VIRTIO_F_ACCESS_PLATFORM is given physical addresses
 * (vring_use_dma_api()). What was negotiated is known when the virtio driver is at work.
 *
 * Context: may sleep; device_lock() of @pdev, or bypass_lock, held. Return: true when it does.
 */
static inline bool bypass_maps_nothing(struct pci_dev *pdev)
{
	return device_for_each_child(&pdev->dev, NULL, bypass_virtio_maps_nothing);
}

#endif /* BYPASS_VIRTIO_DMA_H */
